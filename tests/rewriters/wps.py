"""The habits of WPS, as in eight public files with its mark; the rest is unverified."""

from dataclasses import replace

from .habits import Habits

_NAMESPACES = (
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
)
WPS_12 = Habits(
    name="WPS 12",
    line="\n",
    namespaces=_NAMESPACES,
    uids=False,
    rows="",
    spans_first=False,
    sheet="<sheetPr/>",
    format='<sheetFormatPr defaultColWidth="8.72727272727273" defaultRowHeight="14.4" '
    'outlineLevelRow="3" outlineLevelCol="3"/>',
    closing="<headerFooter/>",
    counted=True,
    phonetic=False,
    chain=False,
    printer=False,
    root="",
    head='<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/><workbookPr/>',
    views='<workbookView windowWidth="22188" windowHeight="9180" activeTab="{active}"/>',
    calc='<calcPr calcId="191029"/>',
    tail="",
    app="<Application>WPS 表格</Application>{titles}",
    custom={
        "KSOProductBuildVer": "2052-12.1.0.16729",
        "ICV": "2ABD84F7E6594C38AF3F1EB1C43E61CA_12",
    },
    folders=True,
    normal="常规",
    width=15,
)
WPS_9 = replace(
    WPS_12,
    name="WPS 9",
    namespaces=_NAMESPACES.partition(" xmlns:etc")[0],
    counted=False,
    calc='<calcPr calcId="144525"/>',
    custom={"KSOProductBuildVer": "2052-9.1.0.4337", "KSORubyTemplateID": "14"},
    folders=False,
    box="A1",
)
"""A wrong dimension was reported of WPS; none of the eight files has one."""
KEEPING = replace(
    WPS_12,
    name="WPS, keeping what Excel wrote",
    namespaces=f'{_NAMESPACES.partition(" xmlns:etc")[0]} mc:Ignorable="x14ac xr" '
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"',
    uids=True,
    rows=' x14ac:dyDescent="0.25"',
    phonetic=True,
    chain=True,
    printer=True,
    calc='<calcPr calcId="144525"/>',
    app="<Application>Microsoft Excel</Application>{titles}<AppVersion>16.0300</AppVersion>",
    custom={"ICV": "771BF913EDCE4D2FA4F6E1299CA52AFA", "KSOProductBuildVer": "2052-11.1.0.10667"},
)
HABITS = (WPS_12, WPS_9, KEEPING)
