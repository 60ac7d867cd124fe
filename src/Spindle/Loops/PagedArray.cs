namespace Spindle.Loops;

/// <summary>An array that grows page by page: nothing is copied, and no page is so large that only a full collection frees it.</summary>
internal sealed class PagedArray<T>
    where T : struct
{
    private const int PageBits = 12;
    private const int PageSize = 1 << PageBits;
    private const int FirstCapacity = 16;

    private T[][] _pages = [new T[FirstCapacity]];

    /// <summary>Its length.</summary>
    public int Capacity { get; private set; } = FirstCapacity;

    public ref T this[int index] => ref _pages[index >> PageBits][index & (PageSize - 1)];

    /// <summary>Makes it longer: twice as long up to a page, then a page more.</summary>
    public void Grow()
    {
        if (Capacity < PageSize)
        {
            Array.Resize(ref _pages[0], Capacity * 2);
            Capacity *= 2;
        }
        else
        {
            _pages = [.. _pages, new T[PageSize]];
            Capacity += PageSize;
        }
    }

    /// <summary>Lets go of all that lies behind the pages with the first items.</summary>
    /// <param name="count">How many items stay; the page that the last one is in stays whole.</param>
    public void Shrink(int count)
    {
        int pages = Math.Max((count + PageSize - 1) >> PageBits, 1);
        if (pages < _pages.Length)
        {
            _pages = _pages[..pages];
            Capacity = pages * PageSize;
        }
    }
}
