"""What the API asks the database: rows of other domains under their rules, in the shapes of the answers."""
