using System.Security.Cryptography;

namespace Crescent.Api.Limits;

/// <summary>
/// Deals each flow a <see href="https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#queuing">hand of queues</see>, so that
/// a busy flow shares but few of them with another.
/// </summary>
internal static class ShuffleSharding
{
    /// <summary>Fills <paramref name="hand"/> with different queues, the same ones for the same flow.</summary>
    public static void Deal(string schema, string flow, int queues, Span<int> hand)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{schema}\0{flow}"), digest);
        var rest = BitConverter.ToUInt64(digest);
        Span<int> dealt = stackalloc int[hand.Length];
        for (var count = 0; count < hand.Length; count++)
        {
            var left = (ulong)(queues - count);
            var card = (int)(rest % left);
            rest /= left;

            // The card-th of those that are left; what is dealt is kept in order.
            var place = 0;
            while (place < count && dealt[place] <= card)
            {
                card++;
                place++;
            }

            dealt[place..count].CopyTo(dealt[(place + 1)..]);
            dealt[place] = card;
            hand[count] = card;
        }
    }
}
