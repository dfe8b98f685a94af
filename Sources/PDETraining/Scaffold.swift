// Removed with the first file of this target.
