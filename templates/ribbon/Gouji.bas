Attribute VB_Name = "Gouji"
Option Explicit
' The buttons of the ribbon start Python; nothing here runs by itself, reads or writes a file.
' This source is ASCII: the path of Python and the texts stand in the cells of the sheet.

Private Const PYTHON_CELL As Long = 1
Private Const TITLE_CELL As Long = 2
Private Const HELP_CELL As Long = 3
Private Const NOT_INSTALLED_CELL As Long = 4
Private Const FAILED_CELL As Long = 5

Public Sub GoujiPressed(control As IRibbonControl)
    Press control.ID
End Sub

' Any macro may reach this, so that nothing but the names of our buttons goes on.
Private Sub Press(button As String)
    If button = "help" Then
        Say HELP_CELL
    ElseIf Not Known(button) Then
        Exit Sub
    ElseIf Told(PYTHON_CELL) = "" Then
        Say NOT_INSTALLED_CELL
    ElseIf Not Started(button) Then
        Say FAILED_CELL
    End If
End Sub

Private Function Known(button As String) As Boolean
    Select Case button
    Case BUTTONS
        Known = True
    End Select
End Function

Private Function Started(button As String) As Boolean
    On Error GoTo Failed
#If Mac Then
    Started = (AppleScriptTask("gouji.applescript", "press", button & "|" & BookName()) = "0")
#Else
    Dim starter As Object
    Set starter = CreateObject("WScript.Shell")
    If InStr(CommandLine(button), "%") > 0 Then starter.Environment("PROCESS").Item("GOUJI_PERCENT") = "%"
    Started = (starter.Run(CommandLine(button), 1, True) = 0)
#End If
Failed:
End Function

Private Function CommandLine(button As String) As String
    Dim full As String
    full = Quoted(Interpreter()) & " -P -c " & Quoted("import toolkit.excel; toolkit.excel." & button & "()")
    If BookName() <> "" Then full = full & " " & Quoted("--wb=" & BookName())
    CommandLine = full & " --from_xl=1 --hwnd=" & Application.Hwnd
End Function

Private Function Interpreter() As String
    Interpreter = Told(PYTHON_CELL)
    If InStr(Interpreter, ":") = 0 And Left(Interpreter, 2) <> "\\" Then
        Interpreter = ThisWorkbook.Path & "\" & Interpreter
    End If
End Function

Private Function BookName() As String
    If Not ActiveWorkbook Is Nothing Then BookName = ActiveWorkbook.Name
End Function

' Run puts the value of a variable in place of %NAME%; this one's value is the sign itself.
Private Function Quoted(text As String) As String
    Quoted = """" & Replace(text, "%", "%GOUJI_PERCENT%") & """"
End Function

Private Function Told(row As Long) As String
    Told = ThisWorkbook.Worksheets(1).Cells(row, 1).Value
End Function

Private Sub Say(row As Long)
    MsgBox Told(row), vbInformation, Told(TITLE_CELL)
End Sub
