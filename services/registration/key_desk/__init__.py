"""Key desk: hands other parts the keys of those residents whom they have to do with."""
