opened = []


def execAlgorithmDialog(algorithm, parameters=None):
    opened.append((algorithm, parameters))
    return {}
