MODEL_CONFIGS: list[dict[str, object]]
