"""The face detectors of a run: one always, a second where the machine's settings name its model."""

import threading
from pathlib import Path

from flows.settings import YUNET_MODEL, yunet_model
from schemas.errors import CampaignError
from schemas.words import Text
from transforms.faces import MtcnnDetector, YunetDetector

_local = threading.local()
"""Each thread has its own detectors: their networks cannot be shared."""


def first_detector() -> MtcnnDetector:
    """The detector whose faces are used."""
    if not hasattr(_local, "first"):
        _local.first = MtcnnDetector()
    return _local.first  # type: ignore[no-any-return]  # threading.local has no types


def second_detector() -> YunetDetector | None:
    """The detector that the first one's faces are held against. CampaignError for a file that is no model."""
    path = yunet_model()
    if path is None:
        return None
    if getattr(_local, "second_path", None) != path:
        _local.second, _local.second_path = _read(path), path
    return _local.second  # type: ignore[no-any-return]  # likewise


def _read(path: Path) -> YunetDetector:
    todo = Text(
        "请写 YuNet 的 .onnx 文件的路径，或删去这个环境变量", "name YuNet's .onnx file, or unset the variable"
    )
    try:
        return YunetDetector(path.read_bytes())
    except OSError as error:
        raise CampaignError(YUNET_MODEL, Text(f"读不出 {path}", f"{path} cannot be read"), todo) from error
    except ValueError as error:
        raise CampaignError(
            YUNET_MODEL, Text(f"{path} 不是 YuNet 模型", f"{path} is no YuNet model"), todo
        ) from error
