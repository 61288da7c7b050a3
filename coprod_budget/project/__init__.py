"""The project file: one YAML document read into a validated ``Project``."""
