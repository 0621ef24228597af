"""Real models are read whole and in their colours."""

import bpy
import numpy as np
import pytest
from brickprint.core.errors import BrickprintError
from brickprint.scene.source.importing import import_file
from brickprint.scene.source.reading import read_objects

# Triangles, and the mean linear colour of the surface: what one sees when looking at the model.
MODELS = {
    "Spot": (5856, (0.79, 0.64, 0.58)),  # pinkish white
    "Fox": (576, (0.69, 0.34, 0.17)),  # orange
    "Duck": (4212, (1.0, 0.65, 0.0)),  # yellow
    "FlightHelmet": (94722, (0.14, 0.09, 0.06)),  # leather and wood
    "Barrel": (1148, (0.16, 0.07, 0.04)),
    "FuzeBottle": (1000, (0.27, 0.05, 0.06)),
    "CesiumMilkTruck": (3624, (0.3, 0.35, 0.37)),
    "KenneyAlien": (292, (0.52, 0.75, 0.58)),
    "KenneyCake": (1332, (0.69, 0.48, 0.47)),
    "UtahTeapot": (6320, (0.8, 0.8, 0.8)),
    "Suzanne": (967, (0.8, 0.8, 0.8)),
    "StanfordBunny": (69451, (0.8, 0.8, 0.8)),
}


def mean_colour(mesh):
    middles = np.full((len(mesh.triangles), 3), 1 / 3)
    return np.average(mesh.colour_at(np.arange(len(middles)), middles), axis=0, weights=mesh.areas)


@pytest.mark.parametrize("name", MODELS)
def test_models(name, shared_data):
    triangles, colour = MODELS[name]
    mesh = read_objects(bpy.context, import_file(bpy.context, shared_data / "meshes" / f"{name}.glb"))
    assert len(mesh.triangles) == triangles
    np.testing.assert_allclose(mean_colour(mesh)[:3], colour, atol=0.02)
    assert not mesh.warnings


def test_the_milk_truck_keeps_its_parts_in_place(shared_data):
    mesh = read_objects(bpy.context, import_file(bpy.context, shared_data / "meshes" / "CesiumMilkTruck.glb"))
    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), (4.87, 2.79, 2.58), atol=0.02)
    wheels = mesh.only(np.array([m.name for m in mesh.materials])[mesh.material] == "wheels").corners.reshape(-1, 3)
    # Two axles, one instance each, left and right of the middle and at the height of the ground.
    assert wheels[:, 2].min() == pytest.approx(mesh.vertices[:, 2].min(), abs=0.05)
    assert wheels[:, 0].min() < -1 < 1 < wheels[:, 0].max()


def test_defective_meshes_are_read_or_refused_with_a_reason(shared_data):
    files = sorted((shared_data / "meshes" / "broken").iterdir())
    assert len(files) >= 12
    for path in files:
        bpy.ops.wm.read_homefile(use_empty=True)
        try:
            mesh = read_objects(bpy.context, import_file(bpy.context, path))
        except BrickprintError as refusal:
            assert str(refusal)
        else:
            assert len(mesh.triangles)
            assert np.isfinite(mesh.vertices).all()
