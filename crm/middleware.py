"""What every request passes through."""

from django.utils import translation


class PersonalLanguage:
    """Speak the language that the person chose; without a person, that of the browser."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
