"""Writers that serialise a workbook as other programs do, modelled on files of those programs.

`saving` writes a workbook anew by habits; `excel` and `wps` are those habits, as data.
docs/honest-files.md says which files show which habit, and what is unverified.
"""
