"""Passages and questions of our own, and the sizes of a model small enough to train in milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

HIDDEN, FEED_FORWARD, POSITIONS, LAYERS, HEADS = 64, 96, 128, 2, 2

PASSAGES = {
    "a1": ("海港市", "海港市在2019年建成第一座数据中心，投资30亿元。该中心由南岸公司运营，有120名员工。"),
    "a2": ("海港市", "海港市的另一家企业生产风力发电机。它的产品出口到许多地方，工厂在城市东部的山谷里。"),
    "b1": ("山城", "山城的铁路全长45公里，于1998年通车，是当地最长的铁路。每天有数千名乘客使用这条线路。"),
    "c1": ("湖区", "湖区的面积为320平方公里，其中湿地占一半。保护区由林业部门管理，禁止捕鱼。"),
}
QUESTIONS = (
    ("q1", "海港市在哪一年建成第一座数据中心？", "a1", "2019年"),
    ("q2", "山城的铁路于哪一年通车？", "b1", "1998年"),
    ("q3", "湖区的面积为多少？", "c1", "320平方公里"),
)

WriteSet = Callable[..., Path]
"""Name, passages, questions, relevant passages by question → the folder of all sets."""
