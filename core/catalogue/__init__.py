"""Parts and colours, and which part was made in which colour: data files and their readers."""
