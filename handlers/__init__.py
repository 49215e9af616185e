"""One function for each thing that can happen: what happened and a transaction go in; rows and owed messages stay."""
