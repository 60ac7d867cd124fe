namespace Spindle.Loops;

/// <summary>What a <see cref="TimerQueue{T}"/> asks of its entries.</summary>
internal interface ITimerNode
{
    /// <summary>Where the queue has it; -1 while it is in none. The queue alone sets it.</summary>
    int HeapIndex { get; set; }
}
