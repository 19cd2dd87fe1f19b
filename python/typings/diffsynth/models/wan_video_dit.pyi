from torch import nn

class WanModel(nn.Module):
    blocks: nn.ModuleList
    def __init__(self, **sizes: object) -> None: ...
