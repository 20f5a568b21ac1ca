"""Pictures people upload: taken as bytes, checked by their header, decoded and made anew by a job, never served as they came."""
