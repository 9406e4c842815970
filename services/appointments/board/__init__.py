"""Board: the site's day and each person in it, as its pages show them."""
