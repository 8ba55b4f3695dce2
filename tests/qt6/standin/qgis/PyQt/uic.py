from PyQt6.uic import *
