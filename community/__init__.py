"""Community: a platform on which anyone can run online communities."""
