"""Neural networks and classifiers in ONNX files, run by onnxruntime."""
