"""Whether the parts stand: rigid parts, forces at stated points only, clutch limited by friction.

After Luo et al. 2015, StableLego (2024), BrickGPT (2025) and Kollsker & Malaguti (2021).
"""
