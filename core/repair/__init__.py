"""Mends what does not stand: weak places are covered anew, and cavities get inner pillars and thicker walls."""
