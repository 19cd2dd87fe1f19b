from torch import nn

class WanTextEncoder(nn.Module):
    def __init__(self, **sizes: object) -> None: ...
