import doctest
import random
from unittest import TestCase

from odoo.addons.mrp_production_refresh.planning import batches
from odoo.addons.mrp_production_refresh.planning.batches import cut_batches


class TestCutBatches(TestCase):
    def test_examples_of_the_docs(self):
        self.assertEqual(doctest.testmod(batches).failed, 0)

    def test_nothing_gives_nothing(self):
        self.assertEqual(cut_batches({}, 5), [])

    def test_orders_without_work_center_fill_batches(self):
        cut = cut_batches(dict.fromkeys(range(1, 8), ()), 3)
        self.assertEqual([b.order_ids for b in cut], [(1, 2, 3), (4, 5, 6), (7,)])
        self.assertEqual(len({b.lane for b in cut}), 3)

    def test_urgent_order_comes_first_in_its_lane(self):
        cut = cut_batches({9: [1], 2: [1], 5: [1], 1: [2]}, 2)
        self.assertEqual([b.order_ids for b in cut], [(9, 2), (5,), (1,)])
        self.assertEqual(cut[0].lane, cut[1].lane)

    def test_random_orders_are_cut_once_and_lanes_share_nothing(self):
        chance = random.Random(7)
        for _world in range(200):
            size = chance.randint(1, 6)
            orders = {
                number: [chance.randint(1, 30) for _ in range(chance.randint(0, 2))]
                for number in chance.sample(range(100), chance.randint(0, 40))
            }
            cut = cut_batches(orders, size)
            found = [order_id for batch in cut for order_id in batch.order_ids]
            self.assertCountEqual(found, orders)
            self.assertLessEqual(max((len(b.order_ids) for b in cut), default=0), size)
            rank = list(orders)
            lanes = {}
            for batch in cut:
                lanes.setdefault(batch.lane, []).extend(batch.order_ids)
            owner = {}
            for lane, ids in lanes.items():
                self.assertEqual(ids, sorted(ids, key=rank.index))
                for center in {c for order_id in ids for c in orders[order_id]}:
                    self.assertEqual(owner.setdefault(center, lane), lane)
