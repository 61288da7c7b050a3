"""The commands: one module each, thin, with everything heavy imported when a command runs."""
