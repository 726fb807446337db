"""S4."""
from tests.load.options import Options
from tests.load.report import Measured


def measure(options: Options) -> Measured:
    raise NotImplementedError
