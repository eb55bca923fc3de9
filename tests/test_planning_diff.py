import doctest
import random

from odoo.tests import BaseCase, tagged

from ..planning import diff
from ..planning.diff import Line, diff_lines, differences, match_lines


def line(id, key, product, **values):
    """A component line; `key` is its BoM line, 0 for none."""
    return Line("component", key or False, product, f"Line {product}", values, id)


def wanted(key, product, **values):
    return line(False, key, product, **values)


def partners(present, wanted_lines):
    """Return `({id: index}, added indexes, removed ids)`."""
    pairs, added, removed = match_lines(present, wanted_lines)
    found = {old.id: index for old, index in pairs}
    return found, added, [old.id for old in removed]


@tagged("post_install", "-at_install")
class TestPlanningDiff(BaseCase):
    def test_doctests(self):
        result = doctest.testmod(diff)
        self.assertGreater(result.attempted, 0)
        self.assertEqual(result.failed, 0)

    # matching

    def test_same_bom_line_and_product_is_the_same_line(self):
        present = [line(1, 10, 5), line(2, 11, 5)]
        goal = [wanted(11, 5), wanted(10, 5)]
        self.assertEqual(partners(present, goal), ({1: 1, 2: 0}, [], []))

    def test_another_product_of_a_bom_line_is_another_line(self):
        found = partners([line(1, 10, 5)], [wanted(10, 6)])
        self.assertEqual(found, ({}, [0], [1]))

    def test_lines_of_other_bom_lines_are_matched_by_product(self):
        found = partners(
            [line(1, 10, 5), line(2, 0, 6)], [wanted(20, 6), wanted(21, 5)]
        )
        self.assertEqual(found, ({1: 1, 2: 0}, [], []))

    def test_bom_line_goes_before_product(self):
        present = [line(1, 0, 5), line(2, 10, 5)]
        self.assertEqual(partners(present, [wanted(10, 5)]), ({2: 0}, [], [1]))

    def test_closest_of_several_candidates_is_taken(self):
        present = [line(1, 0, 5, qty=9, unit=1), line(2, 0, 5, qty=3, unit=1)]
        goal = [wanted(10, 5, qty=3, unit=1)]
        self.assertEqual(partners(present, goal), ({2: 0}, [], [1]))

    def test_ties_go_to_the_lower_id(self):
        present = [line(7, 0, 5, qty=1), line(3, 0, 5, qty=1)]
        self.assertEqual(partners(present, [wanted(10, 5, qty=2)]), ({3: 0}, [], [7]))

    def test_ties_go_to_the_first_in_sequence_before_that(self):
        """Two operations alike stay in the order that they were put in."""
        present = [line(3, 10, 5, sequence=6), line(7, 10, 5, sequence=4)]
        goal = [wanted(10, 5, sequence=0), wanted(10, 5, sequence=0)]
        self.assertEqual(partners(present, goal)[0], {7: 0, 3: 1})

    def test_operations_without_product_are_matched_by_operation_alone(self):
        present = [line(1, 10, False), line(2, 0, False)]
        goal = [wanted(10, False), wanted(11, False)]
        self.assertEqual(partners(present, goal), ({1: 0}, [1], [2]))

    def test_every_line_is_used_once_whatever_the_order(self):
        chance = random.Random(4)
        for _round in range(300):
            present = [
                line(id_, chance.randrange(4), chance.randrange(1, 4), qty=id_ % 2)
                for id_ in range(1, chance.randrange(2, 8))
            ]
            goal = [
                wanted(chance.randrange(1, 4), chance.randrange(1, 4), qty=1)
                for _number in range(chance.randrange(6))
            ]
            found, added, removed = partners(present, goal)
            self.assertEqual(sorted([*found, *removed]), [old.id for old in present])
            self.assertEqual(sorted([*found.values(), *added]), list(range(len(goal))))
            chance.shuffle(present)
            again, added_again, removed_again = partners(present, goal)
            self.assertEqual(again, found)
            self.assertEqual(added_again, added)
            self.assertEqual(sorted(removed_again), sorted(removed))

    # differences

    def test_floats_are_compared_with_their_decimals(self):
        self.assertEqual(differences({"qty": 1.004}, {"qty": 1.0}, {"qty": 2}), [])
        self.assertEqual(differences({"qty": 1.006}, {"qty": 1.0}, {"qty": 2}), ["qty"])
        self.assertEqual(differences({"qty": 1}, {"qty": 1.0}), [])

    def test_a_float_differs_from_what_is_no_number(self):
        self.assertEqual(differences({"qty": None}, {"qty": 0.0}), ["qty"])
        self.assertEqual(differences({}, {"qty": 0.0}), ["qty"])

    def test_only_values_that_are_wanted_count(self):
        self.assertEqual(differences({"a": 1, "b": 2}, {"a": 1}), [])

    # changes

    def test_equal_lines_give_no_change(self):
        self.assertEqual(
            diff_lines([line(1, 10, 5, qty=2)], [wanted(10, 5, qty=2)]), []
        )

    def test_an_update_holds_what_differs_only(self):
        [change] = diff_lines(
            [line(1, 10, 5, qty=2, unit=1)], [wanted(10, 5, qty=3, unit=1)]
        )
        self.assertEqual((change.action, change.id, change.index), ("update", 1, 0))
        self.assertEqual((change.before, change.after), ({"qty": 2}, {"qty": 3}))

    def test_additions_in_wanted_order_and_removals_last(self):
        changes = diff_lines([line(1, 0, 9)], [wanted(10, 5, qty=1), wanted(11, 6)])
        self.assertEqual(
            [(c.action, c.product_id, c.id, c.index) for c in changes],
            [("add", 5, False, 0), ("add", 6, False, 1), ("remove", 9, 1, -1)],
        )
        self.assertEqual((changes[0].before, changes[0].after), ({}, {"qty": 1}))
        self.assertEqual((changes[2].before, changes[2].after), ({}, {}))

    def test_whoever_knows_says_what_was_done_by_hand(self):
        asked = []

        def is_manual(before, after):
            asked.append((before and before.id, after and after.key))
            return not after

        present = [line(1, 10, 5, qty=2), line(2, 0, 9)]
        goal = [wanted(10, 5, qty=3), wanted(11, 6)]
        changes = diff_lines(present, goal, is_manual=is_manual)
        self.assertEqual([c.manual for c in changes], [False, False, True])
        self.assertEqual(asked, [(1, 10), (None, 11), (2, None)])

    def test_what_is_applied_gives_no_change_again(self):
        chance = random.Random(7)
        for _round in range(200):
            present = [
                line(id_, chance.randrange(4), chance.randrange(1, 4), qty=id_)
                for id_ in range(1, chance.randrange(2, 6))
            ]
            goal = [
                wanted(chance.randrange(1, 4), chance.randrange(1, 4), qty=number)
                for number in range(chance.randrange(5))
            ]
            diff_lines(present, goal)
            applied = [
                line(100 + index, item.key, item.product_id, **item.values)
                for index, item in enumerate(goal)
            ]
            self.assertEqual(diff_lines(applied, goal), [])
