"""Sizes of the brick system, and the only place where lengths are converted."""

STUD_MM = 8.0  # pitch of the studs, and the side of a cell
PLATE_MM = 3.2  # height of a plate, and of a cell
PLATES_PER_BRICK = 3
BRICK_MM = PLATES_PER_BRICK * PLATE_MM
CELL_AREA_MM2 = STUD_MM * STUD_MM

STUD_DIAMETER_MM = 4.8
STUD_HEIGHT_MM = 1.7  # LDraw draws 1.6
PART_GAP_MM = 0.1  # a real part keeps this much clear of the grid on every side

LDU_PER_STUD = 20  # 1 LDraw unit is 0.4 mm
LDU_PER_PLATE = 8

MM_PER_METRE = 1000.0  # a Blender unit is a metre
