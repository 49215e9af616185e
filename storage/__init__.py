"""Where the office keeps what it was told: tables, one transaction at a time, and the documents."""
