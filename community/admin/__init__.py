"""Administration of the installation; so far its first minutes: the site administrator and the first community."""
