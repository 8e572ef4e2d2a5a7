"""People, entities, enablers, opportunities, and every application with its status."""
