"""The data dump of a Stack Exchange site: eight XML files, one element `row` per record."""
