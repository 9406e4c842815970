"""The web kit: how a part is spoken to over HTTP, by programs and by people."""
