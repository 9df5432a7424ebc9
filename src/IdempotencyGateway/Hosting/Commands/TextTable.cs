namespace IdempotencyGateway.Hosting.Commands;

/// <summary>Prints a table whose columns are as wide as their widest cell, two spaces apart.</summary>
internal static class TextTable
{
    /// <param name="rows">Each with one cell for every column.</param>
    public static void Write(TextWriter output, string[] columns, IEnumerable<string[]> rows)
    {
        string[][] lines = [columns, .. rows];
        var widths = columns.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
            output.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
