# The part of ncnn that Spool uses; the package has no types of its own.
from numpy import float32
from numpy.typing import NDArray

class Mat:
    def __init__(self, array: NDArray[float32]) -> None: ...
    def clone(self) -> Mat: ...
    def __buffer__(self, flags: int) -> memoryview: ...

class PoolAllocator:
    def clear(self) -> None: ...

class Option:
    blob_allocator: PoolAllocator
    workspace_allocator: PoolAllocator
    use_vulkan_compute: bool
    use_fp16_packed: bool
    use_fp16_storage: bool
    use_fp16_arithmetic: bool
    num_threads: int

class Layer:
    type: str
    tops: list[int]

class Extractor:
    def input(self, blob_name: str, mat: Mat) -> int: ...
    def extract(self, blob: str | int) -> tuple[int, Mat]: ...

class Net:
    opt: Option
    def load_param(self, path: str) -> int: ...
    def load_model(self, path: str) -> int: ...
    def layers(self) -> list[Layer]: ...
    def create_extractor(self) -> Extractor: ...
