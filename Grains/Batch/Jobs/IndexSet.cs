using System.Globalization;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>Completion indexes in the form of a Job's status: <c>0-2,5</c>.</summary>
internal static class IndexSet
{
    public static SortedSet<int> Parse(string? text)
    {
        var indexes = new SortedSet<int>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (int.TryParse(dash < 0 ? part : part[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                && int.TryParse(dash < 0 ? part : part[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            {
                for (var index = first; index <= last; index++)
                {
                    indexes.Add(index);
                }
            }
        }

        return indexes;
    }

    /// <summary>Runs of two or more as ranges, as Kubernetes writes them from three on and as pairs before.</summary>
    public static string Format(SortedSet<int> indexes)
    {
        var parts = new List<string>();
        int? start = null, end = null;
        foreach (var index in indexes)
        {
            if (end is { } last && index == last + 1)
            {
                end = index;
                continue;
            }

            Close();
            start = end = index;
        }

        Close();
        return string.Join(',', parts);

        void Close()
        {
            if (start is { } first && end is { } last)
            {
                parts.Add(first == last ? Text(first) : last == first + 1 ? $"{Text(first)},{Text(last)}" : $"{Text(first)}-{Text(last)}");
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
