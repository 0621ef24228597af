"""Building instructions: fast drawing of bricks, the contents of a book, and the book as PDF and as one HTML page."""
