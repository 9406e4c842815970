class OpenCC:
    config: str
    def __init__(
        self,
        config: str = "t2s",
        include_tofu_risk_dictionaries: bool = True,
        resource_zip: str | None = None,
    ) -> None: ...
    def convert(self, text: str) -> str: ...
