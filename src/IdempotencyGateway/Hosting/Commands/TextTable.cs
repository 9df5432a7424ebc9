namespace IdempotencyGateway.Hosting.Commands;

/// <summary>Columns as wide as their widest cell, two spaces apart.</summary>
internal static class TextTable
{
    /// <param name="rows">As many cells each as there are columns.</param>
    public static void Write(TextWriter output, string[] columns, IEnumerable<string[]> rows)
    {
        string[][] lines = [columns, .. rows];
        var widths = columns.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
            output.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
