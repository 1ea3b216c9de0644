namespace Crescent.Benchmarks.Load.Http2;

/// <summary>What is wanted of the headers of an answer.</summary>
/// <param name="Status">0 when there is none, as in a trailer.</param>
/// <param name="Length">Bytes of the body, where the server says so.</param>
/// <param name="RetryAfter">Seconds.</param>
internal readonly record struct AnswerHead(int Status, long? Length, long? RetryAfter);
