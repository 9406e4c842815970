import warnings

# nameko stands on eventlet, which says at every start that it is only maintained.
warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
