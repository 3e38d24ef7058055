"""Where a model lies: a folder, or what is in the Hugging Face cache. Nothing is downloaded."""

from pathlib import Path

from curate.errors import CurateError


def model_folder(name: str, where: str, needed: str) -> Path:
    """The folder of a model. `where` and `needed` are words of the error that is raised."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    what = "there is no such folder, and no model of this name in the Hugging Face cache"
    give = f"give a model's folder, with {needed}"
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except HFValidationError:  # no name of a model
        raise CurateError(where, what, give) from None
    except LocalEntryNotFoundError:
        give += f", or download it first: hf download {name}"
        raise CurateError(where, what, give) from None


def weights_bytes(folder: Path) -> int:
    """Bytes of the weights of a model, or of an adapter, on disk."""
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))
