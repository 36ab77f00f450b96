"""The composition root: builds everything from Settings, starts and stops it in order."""
