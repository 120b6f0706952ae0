"""What goes wrong with a model's server, in our own words."""

from __future__ import annotations

from .errors import ModelFault, ModelMisbehaved, ModelUnreachable

__all__ = ["as_model_fault"]


def as_model_fault(error: Exception) -> ModelFault:
    """The fault to raise for whatever a model call raised."""
    import openai

    if isinstance(error, ModelFault):
        return error
    if isinstance(error, openai.APITimeoutError):
        return ModelUnreachable("the model did not answer in time: try again, or raise `model.timeout_s`")
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return ModelUnreachable("the model's server refused the key: set `model.api_key` or the provider's variable")
    if isinstance(error, openai.RateLimitError):
        return ModelUnreachable("the model's server has reached its rate limit or quota: try again later")
    if isinstance(error, openai.APIStatusError):
        return ModelUnreachable(f"the model's server answered with status {error.status_code}: {_reason(error)}")
    if isinstance(error, openai.APIConnectionError):
        return ModelUnreachable("the model's server cannot be reached: check `model.base_url` and the network")
    # A model is somebody else's: garbage from its server comes out of its client as errors of any class.
    return ModelMisbehaved(f"the model's server sent no usable reply ({type(error).__name__}): is it a chat model's?")


def _reason(error: Exception) -> str:
    """The server's own words, shortened; they are about the request's form, not its text."""
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    return str(message or type(error).__name__)[:200]
