"""The habits of Excel, common to 1,382 public files of Excel 2007 to 2021 and Online."""

from dataclasses import replace

from .habits import Habits

_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_AC = 'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
_XR = "http://schemas.microsoft.com/office/spreadsheetml"
_REVISIONS = (
    f'xmlns:xr="{_XR}/2014/revision" xmlns:xr2="{_XR}/2015/revision2" '
    f'xmlns:xr3="{_XR}/2016/revision3"'
)
_BOOK = (
    f'{_MC} mc:Ignorable="x15 xr xr6 xr10 xr2" xmlns:x15="{_XR}/2010/11/main" '
    f'xmlns:xr="{_XR}/2014/revision" xmlns:xr6="{_XR}/2016/revision6" '
    f'xmlns:xr10="{_XR}/2016/revision10" xmlns:xr2="{_XR}/2015/revision2"'
)
_PATH = (
    f'<mc:AlternateContent {_MC}><mc:Choice Requires="x15"><x15ac:absPath '
    'url="C:\\Users\\王芳\\Desktop\\年报\\" '
    f'xmlns:x15ac="{_XR}/2010/11/ac"/></mc:Choice></mc:AlternateContent>'
)
_POINTER = (
    '<xr:revisionPtr revIDLastSave="0" documentId="13_ncr:1_{7E249F74-652D-468D-9596-533061127DF9}"'
    ' xr6:coauthVersionLast="47" xr6:coauthVersionMax="47" '
    'xr10:uidLastSave="{00000000-0000-0000-0000-000000000000}"/>'
)
_FEATURES = (
    '<extLst><ext uri="{140A7094-0E35-4892-8432-C4D2E57EDEB5}" '
    f'xmlns:x15="{_XR}/2010/11/main"><x15:workbookPr chartTrackingRefBase="1"/></ext>'
    '<ext uri="{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}" '
    f'xmlns:xcalcf="{_XR}/2018/calcfeatures"><xcalcf:calcFeatures>'
    '<xcalcf:feature name="microsoft.com:RD"/></xcalcf:calcFeatures></ext></extLst>'
)
_APP = (
    "<Application>Microsoft {name}</Application><DocSecurity>0</DocSecurity>"
    "<ScaleCrop>false</ScaleCrop>{titles}<Company></Company><LinksUpToDate>false</LinksUpToDate>"
    "<SharedDoc>false</SharedDoc><HyperlinksChanged>false</HyperlinksChanged>"
    "<AppVersion>{version}</AppVersion>"
)

EXCEL_2016 = Habits(
    name="Excel 2016",
    line="\r\n",
    namespaces=f'{_MC} mc:Ignorable="x14ac xr xr2 xr3" {_AC} {_REVISIONS}',
    uids=True,
    rows=' x14ac:dyDescent="0.15"',
    spans_first=True,
    sheet="",
    format='<sheetFormatPr defaultRowHeight="13.5" x14ac:dyDescent="0.15"/>',
    closing="",
    counted=True,
    phonetic=True,
    chain=True,
    printer=True,
    root=_BOOK,
    head='<fileVersion appName="xl" lastEdited="7" lowestEdited="7" rupBuild="27932"/>'
    f'<workbookPr defaultThemeVersion="166925"/>{_PATH}{_POINTER}',
    views='<workbookView xWindow="-120" yWindow="-120" windowWidth="29040" windowHeight="15840" '
    'tabRatio="908" activeTab="{active}" xr2:uid="{{00000000-000D-0000-FFFF-FFFF00000000}}"/>',
    calc='<calcPr calcId="191029"/>',
    tail=_FEATURES,
    app=_APP.replace("{name}", "Excel").replace("{version}", "16.0300"),
    custom={},
    folders=False,
    normal="常规",
    width=6,
)
EXCEL_2007 = replace(
    EXCEL_2016,
    name="Excel 2007",
    namespaces="",
    uids=False,
    rows="",
    format='<sheetFormatPr defaultRowHeight="13.5"/>',
    phonetic=False,
    printer=False,
    root="",
    head='<fileVersion appName="xl" lastEdited="4" lowestEdited="4" rupBuild="4505"/>'
    '<workbookPr defaultThemeVersion="124226"/>',
    views='<workbookView xWindow="0" yWindow="30" windowWidth="19395" windowHeight="7830" '
    'activeTab="{active}"/>',
    calc='<calcPr calcId="124519" fullCalcOnLoad="1"/>',
    tail="",
    app=_APP.replace("{name}", "Excel").replace("{version}", "12.0000"),
    normal="Normal",
)
EXCEL_MAC = replace(
    EXCEL_2016,
    name="Excel for Mac",
    rows=' x14ac:dyDescent="0.2"',
    format='<sheetFormatPr baseColWidth="10" defaultRowHeight="15" x14ac:dyDescent="0.2"/>',
    phonetic=False,
    head='<fileVersion appName="xl" lastEdited="7" lowestEdited="7" rupBuild="10814"/>'
    f"<workbookPr/>{_PATH.replace('C:', '/Users')}{_POINTER}",
    app=_APP.replace("{name}", "Macintosh Excel").replace("{version}", "16.0300"),
    printer=False,
)
PREFIXED = replace(EXCEL_2007, name="a library with prefixes", prefix="x:", chain=False)
"""No Excel: SDKs write every element with a prefix, as two public files do."""
HABITS = (EXCEL_2016, EXCEL_2007, EXCEL_MAC, PREFIXED)
