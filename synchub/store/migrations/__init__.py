"""The history of the database's structure; Alembic finds it as package data."""
