def profile(request, page):
    return {}
