"""Operators: read the context, call one function, report named errors."""
