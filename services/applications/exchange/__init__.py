"""Exchange of data with other systems: files in and out, names mapped at the border."""
