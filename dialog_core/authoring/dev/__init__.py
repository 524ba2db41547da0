# SPDX-License-Identifier: Apache-2.0
"""`dialog module dev`: one module on a scratch home, loaded anew at every change, with a panel of what it does."""
