-- Starts Python for the buttons of gouji.xlam. It takes the name of a button and of a workbook,
-- and starts nothing but those buttons, since any macro in Excel may call it.
on press(given)
	set cut to offset of "|" in given
	set button to text 1 thru (cut - 1) of given
	if button is not in {BUTTONS} then return "1"
	set command to quoted form of "PYTHON" & " -P -c " & quoted form of ("import toolkit.excel; toolkit.excel." & button & "()")
	if (length of given) > cut then
		set command to command & " " & quoted form of ("--wb=" & text (cut + 1) thru -1 of given)
	end if
	do shell script command & " --from_xl=1 > /dev/null 2>&1 &"
	return "0"
end press
